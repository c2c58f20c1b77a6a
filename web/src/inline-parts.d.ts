// What bundle.mjs writes to dist/inline-parts.js: files as gzip in base64, and the worker as a script.

export const wasm: string;
export const decoder: string;
export const model: string;
export const modelName: string;
export const worker: string;
