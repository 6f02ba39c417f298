// What the environment says (CHR-CFG-01), checked once at the start.

/** The settings; throws, naming the variable, where one is missing or wrong. */
export function settings(env) {
  const url = new URL(demand(env, "REDIS_URL"));
  if (url.protocol !== "rediss:") {
    throw new Error("REDIS_URL must begin with rediss:// - sessions travel over TLS only");
  }
  const secret = demand(env, "SESSION_SECRET");
  if (secret.length < 32) {
    throw new Error("SESSION_SECRET must have at least 32 characters");
  }
  return {
    agentUrl: env.AGENT_SERVICE_URL ?? "http://localhost:8090",
    historyFile: env.HISTORY_FILE ?? "/mnt/efs/history.json",
    historyMaxMessages: number(env, "HISTORY_MAX_MESSAGES", 50),
    port: number(env, "PORT", 8081),
    production: env.NODE_ENV === "production",
    redisUrl: url.href,
    sessionSecret: secret,
    version: env.VERSION ?? "",
  };
}

function demand(env, name) {
  if (!env[name]) throw new Error(`${name} is not set`);
  return env[name];
}

function number(env, name, fallback) {
  const value = Number(env[name] ?? fallback);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a whole number from 1 on`);
  return value;
}
