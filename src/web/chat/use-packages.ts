// The service packages of a thread: mine to offer, those of the others to ask for.
import { useState } from 'react'
import type { ServicePackage } from '../../contract/user.ts'
import { useClient } from '../use-client.ts'
import { usePeople } from './people.ts'

/** `provider` is the name of whose package it is. */
export type Offered = ServicePackage & { provider: string }

/** In a larger company a booking is asked for elsewhere: each profile is a request. */
const company = 10

const nothing: { mine: readonly Offered[]; theirs: readonly Offered[] } = { mine: [], theirs: [] }

export function usePackages() {
  const client = useClient()
  const people = usePeople()
  const [packages, setPackages] = useState(nothing)

  async function load() {
    const others = people.filter(({ userId }) => userId !== client.me.id)
    const [me, ...profiles] = await Promise.all([
      client.ask('profile.get', {}),
      ...(others.length > company ? [] : others).map(({ userId }) =>
        client.ask('user.get', { userId }),
      ),
    ])
    setPackages({ mine: offeredBy(me), theirs: profiles.flatMap(offeredBy) })
  }

  return {
    ...packages,
    // What cannot be had now is not offered; the next look tries again.
    look: () => void load().catch(() => undefined),
  }
}

const offeredBy = (who: { name: string; servicePackages: ServicePackage[] }): Offered[] =>
  who.servicePackages.map((one) => ({ ...one, provider: who.name }))
