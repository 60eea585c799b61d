export interface FoundChromium {
  executablePath: string
  env?: NodeJS.ProcessEnv
}

export function findChromium(env?: NodeJS.ProcessEnv): Promise<FoundChromium>

export function launchOptions(
  env?: NodeJS.ProcessEnv,
): Promise<{ executablePath: string; env?: Record<string, string>; args: string[] }>
