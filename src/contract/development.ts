/** The secret that signs tokens locally, so that a first start needs no setting. Refused elsewhere. */
export const DEVELOPMENT_SECRET = 'skein-development-secret-change-me-0123456789'
