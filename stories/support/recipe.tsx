import { useStreamObject, type StreamObjectOptions } from 'brooklet'
import { useState, type SubmitEvent } from 'react'
import { z } from 'zod'
import { ErrorCard } from './error-card.js'

const schema = z.object({
  title: z.string(),
  ingredients: z.array(z.object({ name: z.string(), amount: z.string() })),
  steps: z.array(z.string()).min(1),
})

type Recipe = z.infer<typeof schema>

/** A recipe that a model writes: each field is there as soon as it has come. */
export function RecipeCard({ fetch }: Pick<StreamObjectOptions<Recipe>, 'fetch'>) {
  const { object, result, isLoading, error, submit, stop } = useStreamObject({
    fetch,
    url: '/api/recipe',
    schema,
  })
  const [dish, setDish] = useState('A soup of leeks')

  function cook(event: SubmitEvent) {
    event.preventDefault()
    void submit(dish)
  }

  return (
    <section aria-label="Recipe" className="stack">
      <form className="row" onSubmit={cook}>
        <input aria-label="Dish" value={dish} onChange={({ target }) => setDish(target.value)} />
        {isLoading ? (
          <button type="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <button type="submit" className="primary">
            Write it
          </button>
        )}
      </form>
      <article aria-busy={isLoading}>
        <h2>{object?.title}</h2>
        <ul className="list" aria-label="Ingredients">
          {object?.ingredients?.map((each, index) => (
            <li key={index}>
              {each.amount} {each.name}
            </li>
          ))}
        </ul>
        <ol className="list" aria-label="Steps">
          {object?.steps?.map((step, index) => (
            <li key={index}>{step}</li>
          ))}
        </ol>
      </article>
      <p role="status">{result ? `A recipe in ${result.steps.length} steps` : null}</p>
      <ErrorCard error={error} />
    </section>
  )
}
