// Profiles as the read model has them.
import { eq, inArray } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { ServicePackage } from '../../contract/user.ts'
import type { PublicProfile } from '../../contract/user.ts'
import { partsOf } from '../log/rows.ts'
import type { Person } from '../log/rows.ts'
import { profiles } from './schema.ts'

export async function findProfile(d1: D1Database, userId: string): Promise<PublicProfile | null> {
  const row = await drizzle(d1).select().from(profiles).where(eq(profiles.id, userId)).get()
  if (!row) return null
  const { id, name, firstName, lastName, avatarUrl, role, servicePackages } = row
  return {
    id,
    name,
    ...partsOf({ first_name: firstName, last_name: lastName }),
    avatarUrl,
    role,
    servicePackages: ServicePackage.array().parse(JSON.parse(servicePackages)),
  }
}

/** People's names, pictures and roles, as far as they are known. At most 90 ids a query: D1 binds 100. */
export async function findPeople(d1: D1Database, userIds: string[]): Promise<Map<string, Person>> {
  const people = new Map<string, Person>()
  for (let start = 0; start < userIds.length; start += 90) {
    // oxlint-disable-next-line no-await-in-loop -- a thousand new members are a dozen small queries
    const rows = await drizzle(d1)
      .select({
        id: profiles.id,
        name: profiles.name,
        first_name: profiles.firstName,
        last_name: profiles.lastName,
        avatar_url: profiles.avatarUrl,
        user_role: profiles.role,
      })
      .from(profiles)
      .where(inArray(profiles.id, userIds.slice(start, start + 90)))
    for (const { id, ...person } of rows) people.set(id, person)
  }
  return people
}

/** Some of the admins, as far as they were ever here. */
export async function adminIds(d1: D1Database, most: number): Promise<string[]> {
  const rows = await drizzle(d1)
    .select({ id: profiles.id })
    .from(profiles)
    .where(eq(profiles.role, 'admin'))
    .orderBy(profiles.id)
    .limit(most)
  return rows.map(({ id }) => id)
}
