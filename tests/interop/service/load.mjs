// What authentication, limits and the request log cost: `GET /verify/{hash}` beside `GET /health` of the same Worker, which
// asks nothing else for its answer, at 50 connections, in turns. Prints one JSON object with milliseconds.
//
//   LABELER_URL=… LABELER_LIVE_KEY=… node load.mjs

import { Agent, request } from 'node:http';

const { LABELER_URL: origin, LABELER_LIVE_KEY: key } = process.env;
const CONNECTIONS = 50;
// Both sides together, the first turn included, stay below what the shield lets through for one address in a minute
// (3000).
const CALLS = 350;
const TURNS = 3;
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

function call(path, headers) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const sent = request(`${origin}/api/v1${path}`, { agent, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve({ status: answer.statusCode, ms: performance.now() - start }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function turn(path, headers, status) {
  const times = [];
  let left = CALLS;
  const worker = async () => {
    while (left-- > 0) {
      const answer = await call(path, headers);
      if (answer.status !== status) throw new Error(`${path} answered ${answer.status}`);
      times.push(answer.ms);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return times;
}

const hash = '0'.repeat(64);
const ways = { constant: () => turn('/health', {}, 200), verify: () => turn(`/verify/${hash}`, { authorization: `Bearer ${key}` }, 200) };
for (const way of Object.values(ways)) await way();
const times = { constant: [], verify: [] };
for (let round = 0; round < TURNS; round += 1) {
  for (const [name, way] of Object.entries(ways)) times[name].push(...(await way()));
}
const result = {};
for (const [name, all] of Object.entries(times)) {
  all.sort((a, b) => a - b);
  result[name] = { p50: all[Math.floor(all.length * 0.5)], p99: all[Math.floor(all.length * 0.99)] };
}
console.log(JSON.stringify(result));
agent.destroy();
