// Where EventFlow's API lives. Some of it answers at two places, as its document has both.
export const api = '/api/v2'
export const messages = '/api/v2/messages'
