// The routes.

import express from "express";

import { sessions } from "./sessions.js";

const AGENT_TIMEOUT_MS = 30_000;

/** The application over a session store and a history. */
export function createApp(settings, store, history) {
  const app = express();
  app.disable("x-powered-by");
  // The load balancer ends TLS: without this no secure cookie would ever be set (CHR-DAT-01).
  app.set("trust proxy", 1);

  app.get("/health", (_, response) => response.json({ status: "healthy", version: settings.version }));

  app.use(sessions(settings, store));
  app.use(express.json({ limit: "32kb" }));

  app.get("/chat", async (request, response, next) => {
    try {
      response.json({ messages: await history.read(), asked: request.session.asked ?? 0 });
    } catch (error) {
      next(error);
    }
  });

  app.post("/chat", async (request, response, next) => {
    const message = request.body?.message;
    if (typeof message !== "string" || !message.trim()) {
      response.status(400).json({ error: "message must be text" });
      return;
    }
    try {
      const reply = await ask(settings.agentUrl, message);
      await history.add({ from: "user", text: message }, { from: "agent", text: reply });
      request.session.asked = (request.session.asked ?? 0) + 1;
      response.json({ reply, asked: request.session.asked });
    } catch (error) {
      next(error);
    }
  });

  app.use((error, _request, response, _next) => {
    console.error(error);
    response.status(error.status ?? 502).json({ error: "the answer could not be had" });
  });
  return app;
}

async function ask(agentUrl, message) {
  const response = await fetch(`${agentUrl}/reply`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message }),
    signal: AbortSignal.timeout(AGENT_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`agent: ${response.status}`);
  return (await response.json()).reply;
}
