import { Converter } from 'typedoc'

/** Names the parameters that our functions take apart at once: TypeDoc calls them `__namedParameters`. */
export function load(application) {
  application.converter.on(Converter.EVENT_CREATE_PARAMETER, (_context, parameter) => {
    if (parameter.name === '__namedParameters') parameter.name = 'options'
  })
}
