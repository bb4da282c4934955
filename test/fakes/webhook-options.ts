/** A webhook of GitHub's for one repository, on any free port, and how its sender signs. */

import { createHmac } from 'node:crypto'
import { systemClock } from '../../src/adapters/clock.ts'
import type { WebhookOptions } from '../../src/adapters/webhook.ts'

export const webhookSecret = 'first secret'

/** Nobody is told of what comes, but who counts pushes. @param secretFile holds webhookSecret */
export function webhookOptions(secretFile: string, onPush: () => void): WebhookOptions {
  return {
    listen: { host: '127.0.0.1', port: 0 },
    provider: 'github',
    secretFile,
    repository: { url: 'https://git.example.org/net/firewall.git', branch: 'main' },
    clock: systemClock,
    onPush,
    onResult: () => undefined,
    onFault: () => undefined,
  }
}

/** `sha256=` and the hexadecimal HMAC. */
export function sign(body: string, secret = webhookSecret): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}
