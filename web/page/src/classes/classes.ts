/** How the classes are listed. */
export const ORDERS = ["group", "name", "accuracy"] as const;
export type Order = (typeof ORDERS)[number];

/** The list of all classes as it was asked for. */
export interface ClassList {
  readonly query: string;
  readonly order: Order;
}

export const wholeList: ClassList = { query: "", order: "group" };
