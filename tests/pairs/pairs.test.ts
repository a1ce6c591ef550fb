import { startRedis, type LocalRedis } from '@ringback/local'
import { createTestDatabase, type TestDatabase } from '@ringback/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tryPair } from './matrix.ts'
import { describe as describeFailure } from './report.ts'
import { samplesOf } from './sample.ts'
import { sceneBuilder, type Scene } from './scene.ts'
import { states } from './states.ts'
import { openPlace, type Place } from './world/place.ts'

const count = Number(process.env['RINGBACK_PAIRS'] ?? 150)
const seed = Number(process.env['RINGBACK_PAIRS_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))

let database: TestDatabase
let redis: LocalRedis
let place: Place
let scenes: Scene[]
beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), startRedis()])
  place = await openPlace({ databaseUrl: database.url, redisUrl: redis.url })
  const build = await sceneBuilder(place)
  scenes = []
  for (const state of Object.keys(states)) scenes.push(await build(state))
})
afterAll(async () => {
  await place.close()
  await Promise.all([database.drop(), redis.stop()])
})

// `./ringback pairs` tries all of them.
test(`${count} pairs of steps at once come to what one of the two orders gives (RINGBACK_PAIRS_SEED=${seed})`, async () => {
  const failures: string[] = []
  for (const { scene, pair, isTried } of samplesOf(scenes, seed, count)) {
    for await (const failure of tryPair(place, scene, pair, isTried)) {
      if (failure) failures.push(describeFailure(failure))
    }
  }
  expect(failures.join('\n')).toBe('')
}, 600_000)
