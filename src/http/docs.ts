// The API described by itself: OpenAPI from the contract, and a page that shows it.
import type { Handler } from 'hono'
import { html } from 'hono/html'
import { z } from 'zod'
import { errorCodes } from '../contract/errors.ts'
import { operations } from '../contract/operations.ts'
import { PROTOCOL_VERSION } from '../contract/protocol.ts'
import { rest } from '../contract/rest.ts'
import type { Route } from '../contract/rest.ts'
import type { App } from './app.ts'
import { pageHeaders } from './pages.ts'

const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return json
}
const pathParameters = ({ path }: Route) =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)

/** An address that serves drafts too has more than one shape. */
const either = (schemas: object[]) => (schemas.length === 1 ? schemas[0] : { anyOf: schemas })

/** Bodies that are no JSON. */
const binary = { type: 'string', format: 'binary' }
const bodies = {
  ndjson: { 'application/x-ndjson': { schema: { type: 'string' } } },
  bytes: { 'application/octet-stream': { schema: binary } },
  multipart: {
    'multipart/form-data': {
      schema: {
        type: 'object',
        properties: { waveform: { type: 'string' }, file: binary },
        required: ['file'],
      },
    },
  },
}

function describe(route: Route) {
  const row = operations[route.operation]
  const others = [route.draft, route.later].flatMap((name) => (name ? operations[name] : []))
  const rows = [row, ...others]
  const inPath = pathParameters(route)
  const besidePath = (shape: Record<string, z.ZodType>) =>
    Object.entries(shape).filter(([name]) => !inPath.includes(name))
  const fields = besidePath(row.input.shape)
  const inQuery = route.method === 'GET' || route.method === 'DELETE'
  const parameter = (
    name: string,
    place: 'path' | 'query',
    schema: z.ZodType,
    required: boolean,
  ) => ({
    name,
    in: place,
    required,
    schema: schemaOf(schema, 'input'),
    ...(route.lists?.includes(name) && { style: 'form', explode: false }),
  })
  const shape = row.input.shape as Record<string, z.ZodType>
  return {
    operationId: route.operation,
    summary: rows.map(({ says }) => says).join('. Or: '),
    parameters: [
      ...inPath.map((name) => parameter(name, 'path', shape[name] ?? z.string(), true)),
      ...(inQuery
        ? fields.map(([name, schema]) =>
            parameter(name, 'query', schema, !schema.safeParse(undefined).success),
          )
        : []),
    ],
    ...(!inQuery &&
      (route.body
        ? { requestBody: { content: bodies[route.body] } }
        : fields.length > 0 && {
            requestBody: {
              content: {
                'application/json': {
                  schema: either(
                    rows.map(({ input }) =>
                      schemaOf(z.object(Object.fromEntries(besidePath(input.shape))), 'input'),
                    ),
                  ),
                },
              },
            },
          })),
    responses: {
      [route.status]:
        route.status === 204
          ? { description: 'Done' }
          : {
              description: 'Done',
              content:
                route.answer === 'bytes'
                  ? bodies.bytes
                  : {
                      'application/json': {
                        schema: either(rows.map(({ output }) => schemaOf(output, 'output'))),
                      },
                    },
            },
      default: {
        description: 'An error, see its code',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  }
}

/** The OpenAPI 3.1 document of everything under /v1. */
export function openApiDocument() {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of rest) {
    const path = `/v1${route.path.replace(/:(\w+)/g, '{$1}')}`
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describe(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Skein',
      version: String(PROTOCOL_VERSION),
      description:
        'Real-time messaging at the edge. The same operations travel on the WebSockets /v1/ws and /v1/threads/{threadId}/ws.',
    },
    security: [{ bearer: [] }, { cookie: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'skein_session' },
      },
      schemas: {
        Error: schemaOf(
          z.object({
            error: z.object({
              code: z.enum(errorCodes),
              message: z.string(),
              details: z.unknown().optional(),
              requestId: z.string(),
            }),
          }),
          'output',
        ),
      },
    },
  }
}

let document: ReturnType<typeof openApiDocument> | null = null

export const openApi: Handler<App> = (context) => {
  document ??= openApiDocument()
  return context.json(document)
}

export const docs: Handler<App> = (context) =>
  context.html(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width" />
          <title>Skein API</title>
          <style>
            body {
              font:
                16px/1.5 system-ui,
                sans-serif;
              max-width: 60rem;
              margin: 2rem auto;
              padding: 0 1rem;
              color-scheme: light dark;
            }
            td {
              padding: 0.2rem 1rem 0.2rem 0;
              vertical-align: top;
            }
            code {
              white-space: nowrap;
            }
          </style>
        </head>
        <body>
          <h1>Skein API</h1>
          <p>Shapes of inputs and answers: <a href="/v1/openapi.json">/v1/openapi.json</a>.</p>
          <table>
            ${rest.map(
              ({ method, path, operation }) =>
                html`<tr>
                  <td><code>${method}</code></td>
                  <td><code>/v1${path}</code></td>
                  <td>${operations[operation].says}</td>
                </tr>`,
            )}
          </table>
        </body>
      </html>`,
    200,
    pageHeaders,
  )
