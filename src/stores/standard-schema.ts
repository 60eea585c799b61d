/**
 * The part of a Standard Schema (standardschema.dev, version 1) that is needed to validate. Schemas of zod,
 * valibot and arktype have it.
 */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
  }
}

/** The type of what a schema makes of a value. */
export type SchemaOutput<Schema> = Schema extends StandardSchema<infer Output> ? Output : never

/** The type of the values that a schema takes. */
export type SchemaInput<Schema extends StandardSchema> = Schema['~standard'] extends {
  readonly types?: { readonly input: infer Input } | undefined
}
  ? Input
  : unknown

/**
 * `T`, which is inferred from here only if nothing else tells it. Some schemas, such as arktype's, are
 * functions as well: their output counts, not what a call of them returns, which may be errors.
 */
export type InferredLast<T> = unknown extends T ? T : T

type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** The schema's output for a value. @throws {TypeError} with the issues: `cpu.load: expected number` */
export function validate<Output>(schema: StandardSchema<Output>, value: unknown): Output {
  const result = schema['~standard'].validate(value)
  if ('then' in result) throw new TypeError('the schema is asynchronous, a stream is not')
  return valueOf(result)
}

/** As `validate`, for asynchronous schemas too. */
export async function validateAsync<Output>(
  schema: StandardSchema<Output>,
  value: unknown,
): Promise<Output> {
  return valueOf(await schema['~standard'].validate(value))
}

function valueOf<Output>(result: SchemaResult<Output>): Output {
  if (!result.issues) return result.value
  throw new TypeError(result.issues.map(describe).join('; '))
}

function describe({ path = [], message }: SchemaIssue): string {
  const place = path.map((part) => (typeof part === 'object' ? part.key : part)).join('.')
  return place ? `${place}: ${message}` : message
}
