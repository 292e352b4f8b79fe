// Starts telegram-test-api on the port given and keeps it running until its standard input ends.
const TelegramServer = require("telegram-test-api");

const server = new TelegramServer({ port: Number(process.argv[2]), host: "127.0.0.1", storeTimeout: 600 });
server.start().then(() => console.log("ready"));
process.stdin.on("end", () => process.exit(0)).resume();
