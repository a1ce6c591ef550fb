import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, delimiter, join, relative } from 'node:path'
import dockerignore from '@balena/dockerignore'
import { checkout } from './compose.ts'
import { parseDockerfile, type Instruction } from './dockerfile.ts'

/** Its types describe a module of another kind than it is. */
const makeIgnore = dockerignore as unknown as typeof dockerignore.default

/** What a Dockerfile made, in a folder of this machine. */
export interface Image {
  /** Its root directory. */
  root: string
  workdir: string
  user: string
  env: Record<string, string>
  command: string[]
}

/** What stands for what the machine of a build would bring: no base image and no Docker can be had where the tests run. */
export interface BuildOptions {
  /** An empty folder, in which each stage gets one. */
  place: string
  /** Folders of this machine, by the target of the cache mount that they stand for. */
  caches: Record<string, string>
  env: NodeJS.ProcessEnv
}

/**
 * Does what the Dockerfile says, its own copies through .dockerignore and its own commands, in folders in place of
 * images, and returns the last stage. The base images and ports are all that it leaves out, and the user, who is only named.
 *
 * @throws what a build would fail with: a source that is not there, a command that ends with an error
 */
export function buildImage({ place, caches, env }: BuildOptions): Image {
  const roots = new Map<string, string>()
  let image: Image | undefined
  for (const [index, { name = String(index), instructions }] of readStages().entries()) {
    const root = join(place, name)
    mkdirSync(root, { recursive: true })
    roots.set(name, root)
    image = { root, workdir: '/', user: 'root', env: {}, command: [] }
    for (const instruction of instructions) follow(instruction, image, { roots, caches, env })
  }
  return image!
}

function readStages() {
  return parseDockerfile(readFileSync(join(checkout, 'Dockerfile'), 'utf8'))
}

function follow(
  { name, flags, args }: Instruction,
  image: Image,
  { roots, caches, env }: { roots: Map<string, string> } & Omit<BuildOptions, 'place'>,
): void {
  const here = join(image.root, image.workdir)
  switch (name) {
    case 'WORKDIR':
      image.workdir = args
      mkdirSync(join(image.root, args), { recursive: true })
      return
    case 'ENV': {
      const [variable, value] = args.split('=')
      image.env[variable!] = value!
      return
    }
    case 'COPY':
      if (flags['from'] === undefined) copyContext(args.split(/\s+/), here)
      else copyStage(roots.get(flags['from'])!, args.split(/\s+/), here)
      return
    case 'RUN':
      run(withCache(args, flags['mount'], caches), here, { ...env, ...image.env }, join(image.root, 'usr/local'))
      return
    case 'CMD':
      image.command = JSON.parse(args) as string[]
      return
    case 'USER':
      image.user = args
      return
    case 'EXPOSE':
      return
    default:
      throw new Error(`This test knows nothing of ${name}; teach it`)
  }
}

function withCache(command: string, mount: string | undefined, caches: Record<string, string>): string {
  if (mount === undefined) return command
  const target = /target=([^,]+)/.exec(mount)![1]!
  return command.replaceAll(target, caches[target]!)
}

function run(command: string, cwd: string, env: NodeJS.ProcessEnv, usrLocal: string): void {
  execFileSync('sh', ['-euc', command], {
    cwd,
    env: {
      ...env,
      PATH: [join(usrLocal, 'bin'), env['PATH']].join(delimiter),
      npm_config_prefix: usrLocal, // Where `npm install --global` puts things.
      npm_config_prefer_offline: 'true',
      CI: 'true',
    },
    stdio: 'pipe',
  })
}

function copyStage(root: string, [from, to]: string[], here: string): void {
  cpSync(join(root, from!), join(here, to!), { recursive: true, verbatimSymlinks: true })
}

/** Copies what .dockerignore lets through: files into a folder, and of a folder what is in it. */
function copyContext(words: string[], here: string): void {
  const to = join(here, words.at(-1)!)
  const isIncluded = makeIgnore()
    .add(readFileSync(join(checkout, '.dockerignore'), 'utf8'))
    .createFilter()
  const reaches = (path: string) => isIncluded(relative(checkout, path))
  for (const word of words.slice(0, -1)) {
    const source = join(checkout, word)
    const files = existsSync(source) ? filesOf(source, reaches) : []
    if (files.length === 0) throw new Error(`COPY ${word}: not there, or left out by .dockerignore`)
    for (const file of files) {
      const target = statSync(source).isDirectory() ? join(to, relative(source, file)) : join(to, basename(file))
      cpSync(file, target)
    }
  }
}

/** Those that `reaches` lets through. A folder that it does not is left alone: what is built there may go at any moment. */
function filesOf(path: string, reaches: (path: string) => boolean): string[] {
  if (!reaches(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path).flatMap((name) => filesOf(join(path, name), reaches))
}
