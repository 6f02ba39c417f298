// Sessions in Redis, and the cookie that names one.

import { RedisStore } from "connect-redis";
import session from "express-session";
import { createClient } from "redis";

const DAY = 24 * 60 * 60; // seconds

/** A connected store, and what closes it. */
export async function redisStore(url) {
  const client = createClient({ url });
  client.on("error", (error) => console.error(`redis: ${error.message}`));
  await client.connect();
  return { store: new RedisStore({ client, prefix: "chatrelay:", ttl: DAY }), close: () => client.quit() };
}

/** Cookies live a day, scripts cannot read them, and in production they travel over TLS only (CHR-SEC-13). */
export function sessions({ production, sessionSecret }, store) {
  return session({
    cookie: { httpOnly: true, maxAge: DAY * 1000, sameSite: "lax", secure: production },
    name: "chatrelay.sid",
    resave: false,
    saveUninitialized: false,
    secret: sessionSecret,
    store,
  });
}
