// Slack's Web API, by emulate: one process, whose state begins anew at every line it is given.
// It ends with its standard input, so none is left behind by a test run that was killed.
import { createInterface } from 'node:readline'
import { createServer } from 'node:net'
import { createEmulator } from 'emulate'

const free = () => new Promise((found) => {
  const server = createServer()
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => found(port))
  })
})

let emulator = null
for await (const line of createInterface({ input: process.stdin })) {
  const { port, ...slack } = JSON.parse(line)
  if (emulator) await emulator.close()
  emulator = await createEmulator({ service: 'slack', port: port || await free(), seed: { slack } })
  console.log(JSON.stringify({ url: emulator.url }))
}
process.exit(0)
