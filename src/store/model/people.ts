// Profiles as the read model has them.
import { eq, inArray } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { ServicePackage } from '../../contract/user.ts'
import type { PublicProfile } from '../../contract/user.ts'
import { profiles } from './schema.ts'

export async function findProfile(d1: D1Database, userId: string): Promise<PublicProfile | null> {
  const row = await drizzle(d1).select().from(profiles).where(eq(profiles.id, userId)).get()
  if (!row) return null
  const { id, name, avatarUrl, role, servicePackages } = row
  return {
    id,
    name,
    avatarUrl,
    role,
    servicePackages: ServicePackage.array().parse(JSON.parse(servicePackages)),
  }
}

/** Names and pictures of people, as far as they are known. At most 90 ids a query: D1 binds 100. */
export async function findNames(d1: D1Database, userIds: string[]) {
  const names = new Map<string, { name: string; avatarUrl: string | null }>()
  for (let start = 0; start < userIds.length; start += 90) {
    // oxlint-disable-next-line no-await-in-loop -- a thousand new members are a dozen small queries
    const rows = await drizzle(d1)
      .select({ id: profiles.id, name: profiles.name, avatarUrl: profiles.avatarUrl })
      .from(profiles)
      .where(inArray(profiles.id, userIds.slice(start, start + 90)))
    for (const { id, name, avatarUrl } of rows) names.set(id, { name, avatarUrl })
  }
  return names
}
