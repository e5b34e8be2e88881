// What a role lets somebody see on the page. What they may do is decided by the server alone.

export const isAdmin = ({ role }: { role: string }) => role === 'admin'
export const isModerator = (person: { role: string }) =>
  person.role === 'moderator' || isAdmin(person)
