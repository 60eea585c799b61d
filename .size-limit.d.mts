declare const budgets: { import: string; limit: string }[]
export default budgets
