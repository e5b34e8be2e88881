// For `npm run migrations`: the SQL of a change to the read model's schema.
import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/store/model/schema.ts',
  out: './migrations',
})
