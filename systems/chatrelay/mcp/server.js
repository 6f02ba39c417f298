// ChatRelay's gateway to tools, by the Model Context Protocol over HTTP: JSON-RPC requests to POST /mcp.
// The source's gateway starts each tool as a container and so needs Docker's socket, which Fargate and Beanstalk do
// not give (CHR-CMP-03): here the tools are functions of the gateway. See docs/adr.

import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const MOST_BYTES = 32_768;
const text = { type: "object", properties: { text: { type: "string" } }, required: ["text"] };

const TOOLS = {
  count_words: {
    description: "How many words a text has",
    inputSchema: text,
    run: ({ text }) => String(text.split(/\s+/).filter(Boolean).length),
  },
  reverse: {
    description: "A text read backwards",
    inputSchema: text,
    run: ({ text }) => [...text].reverse().join(""),
  },
};

const METHODS = {
  "tools/list": () => ({
    tools: Object.entries(TOOLS).map(([name, { description, inputSchema }]) => ({ name, description, inputSchema })),
  }),
  "tools/call": ({ name, arguments: given } = {}) => {
    const tool = Object.hasOwn(TOOLS, name ?? "") ? TOOLS[name] : undefined;
    if (!tool || typeof given?.text !== "string") throw { code: -32602, message: "no such tool, or no text" };
    return { content: [{ type: "text", text: tool.run(given) }] };
  },
};

function answer(body) {
  let id = null;
  try {
    const request = JSON.parse(body);
    id = request.id ?? null;
    const method = Object.hasOwn(METHODS, request.method) ? METHODS[request.method] : undefined;
    if (!method) throw { code: -32601, message: "no such method" };
    return { jsonrpc: "2.0", id, result: method(request.params) };
  } catch (error) {
    const { code = -32700, message } = error instanceof Error ? { message: "no JSON-RPC request" } : error;
    return { jsonrpc: "2.0", id, error: { code, message } };
  }
}

async function body(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

export const server = createServer(async (request, response) => {
  const reply = (status, value) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  };
  if (request.method === "GET" && request.url === "/health") return reply(200, { status: "healthy" });
  if (request.method !== "POST" || request.url !== "/mcp") return reply(404, { error: "not found" });
  const given = await body(request);
  return given === null ? reply(413, { error: "too large" }) : reply(200, answer(given));
});

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  server.listen(Number(process.env.PORT ?? 8080), () => console.log("listening"));
  for (const signal of ["SIGTERM", "SIGINT"]) {
    process.once(signal, () => server.close(() => process.exit(0)));
  }
}
