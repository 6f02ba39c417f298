// ChatRelay's main application: sessions in Redis over TLS, history on EFS, answers from the agent beside it.

import { createApp } from "./app.js";
import { History } from "./history.js";
import { redisStore } from "./sessions.js";
import { settings } from "./settings.js";

const chosen = settings(process.env);
const { store, close } = await redisStore(chosen.redisUrl);
const app = createApp(chosen, store, new History(chosen.historyFile, chosen.historyMaxMessages));
const server = app.listen(chosen.port, () => console.log(`listening on ${chosen.port}`));

// ECS and Beanstalk stop a container by SIGTERM: requests that are being answered end first.
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.once(signal, () => {
    server.close(async () => {
      await close();
      process.exit(0);
    });
    server.closeIdleConnections();
  });
}
