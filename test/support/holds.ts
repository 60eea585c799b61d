import * as fc from 'fast-check'

/**
 * Whether a property holds. If not, what was found is printed whole: the error of `fc.assert` is cut short,
 * and with it the seed.
 */
export async function holds<T>(
  property: fc.IAsyncProperty<T>,
  parameters: fc.Parameters<T>,
): Promise<boolean> {
  const result = await fc.check(property, parameters)
  if (result.failed) console.error(fc.defaultReportMessage(result), result.errorInstance)
  return !result.failed
}
