/** What the Vite configurations say of the build. */
declare const BUILD: {
  readonly serviceWorker: boolean;
  /** Size of the page as one file beside this one, 0 where there is none. */
  readonly oneFileBytes: number;
};
