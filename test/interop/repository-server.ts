/** Serves a TUF repository over HTTP on the loopback interface, from memory, and writes down what it was asked for. */
import { createServer, type RequestListener, type ServerResponse } from "node:http";

/** What a server does that is not simply serving a file: the response is all its own. */
export type Answer = (response: ServerResponse) => void;

export interface RepositoryServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** By path: `/metadata/1.root.json`. Others are answered with 404. May be changed at any time. */
  readonly files: Map<string, Uint8Array>;
  /** By path, in place of a file. */
  readonly answers: Map<string, Answer>;
  /** Every path that was asked for, in order, whether it was there or not. */
  readonly requests: string[];
  /** Ends open connections too. */
  readonly close: () => Promise<void>;
}

/** On a port that was free. */
export async function serveRepository(
  files: Iterable<readonly [string, Uint8Array]> = [],
): Promise<RepositoryServer> {
  const contents = { files: new Map(files), answers: new Map<string, Answer>(), requests: [] as string[] };
  const server = createServer(answerFrom(contents));
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject).listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port");
  const close = async (): Promise<void> => {
    const closed = Promise.withResolvers<void>();
    server.close(() => closed.resolve());
    server.closeAllConnections();
    await closed.promise;
  };
  return { url: `http://127.0.0.1:${address.port}`, ...contents, close };
}

function answerFrom({
  files,
  answers,
  requests,
}: Pick<RepositoryServer, "files" | "answers" | "requests">): RequestListener {
  return ({ url = "" }, response) => {
    requests.push(url);
    const answer = answers.get(url) ?? fileAnswer(files.get(url));
    answer(response);
  };
}

function fileAnswer(bytes: Uint8Array | undefined): Answer {
  return bytes === undefined
    ? (response) => response.writeHead(404).end()
    : (response) => response.writeHead(200, { "content-length": bytes.length }).end(bytes);
}
