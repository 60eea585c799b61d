/** The part of a Standard Schema (standardschema.dev, version 1) that is needed to validate: zod, valibot, arktype have it. */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
  }
}

/**
 * `T`, inferred from here only where nothing better says it. Some schemas are functions as well, such
 * as arktype's: what counts is their output, not what calling them returns, which may be errors.
 */
export type InferredLast<T> = unknown extends T ? T : T

type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** The value as the schema has it. @throws {TypeError} with its issues: `cpu.load: expected number` */
export function validate<Output>(schema: StandardSchema<Output>, value: unknown): Output {
  const result = schema['~standard'].validate(value)
  if ('then' in result) throw new TypeError('the schema is asynchronous, a stream is not')
  return valueOf(result)
}

/** The same, where there is time to wait. */
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
