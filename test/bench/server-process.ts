// An API that answers at once, in a process of its own; tells its port to the process that started it.
import { createServer } from 'node:http';
import { ANSWERS } from './login.ts';

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const body = ANSWERS[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(body ?? '{}');
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.send?.(address.port);
});
process.on('disconnect', () => process.exit());
