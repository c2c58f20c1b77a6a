/** A Markdown table; the first row is its header. */
export function table([header, ...body]) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...body.map(line)].join("\n");
}
