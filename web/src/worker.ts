/**
 * The script of the module worker that `createClassifier` starts; it exports nothing.
 *
 * Where a bundler does not find it, its address is given as `worker`.
 *
 * @packageDocumentation
 */

import { Host } from "./host.js";
import type { Reply, Request } from "./protocol.js";

interface WorkerScope {
  postMessage(reply: Reply, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Request>) => void): void;
}

const scope = self as unknown as WorkerScope;
const host = new Host((reply, transfer) => scope.postMessage(reply, transfer));
scope.addEventListener("message", (event) => void host.receive(event.data));
scope.postMessage({ type: "started" }, []);
