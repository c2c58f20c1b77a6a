/** How the classes are listed. */
export const ORDERS = ["group", "name", "accuracy"] as const;
export type Order = (typeof ORDERS)[number];

/** The list of all classes as it was asked for. */
export interface ClassList {
  readonly query: string;
  readonly order: Order;
  /** The superclass of each class, null where the network has none; unknown until the network has answered once. */
  readonly superclasses: readonly (string | null)[] | null;
}

export const wholeList: ClassList = { query: "", order: "group", superclasses: null };
