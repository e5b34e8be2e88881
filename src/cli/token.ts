// `npm run token -- --sub alice --name Alice --role admin`: prints one signed JWT.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { DEVELOPMENT_SECRET } from '../contract/development.ts'
import { signToken } from '../identity/token.ts'
import { root } from './build.ts'
import { UsageError, command, usage } from './failure.ts'

const DAYS_30 = 30 * 24 * 60 * 60

/** JWT_SECRET from the environment, else from .dev.vars, else the development secret. */
function secret(): string {
  if (process.env.JWT_SECRET) return process.env.JWT_SECRET
  try {
    const line = /^JWT_SECRET\s*=\s*"?([^"\n]+)"?\s*$/m.exec(
      readFileSync(`${root}.dev.vars`, 'utf8'),
    )
    return line?.[1] ?? DEVELOPMENT_SECRET
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return DEVELOPMENT_SECRET
    throw error
  }
}

await command(async () => {
  const text = { type: 'string' } as const
  const { values } = usage(() =>
    parseArgs({
      options: {
        ...{ sub: text, name: text, role: text, tier: text, email: text, picture: text },
        'expires-in': { type: 'string', default: String(DAYS_30) },
      },
    }),
  )
  const { 'expires-in': expiresIn, ...claims } = values
  if (!claims.sub) throw new UsageError('--sub: say whose token it is, for example --sub alice')
  if (!/^\d+$/.test(expiresIn)) throw new UsageError('--expires-in: must be a number of seconds')
  console.log(await signToken(claims, secret(), { expiresIn: Number(expiresIn) }))
})
