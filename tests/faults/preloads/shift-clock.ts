/** Run before a process of Ringback: its machine's clock is wrong by CLOCK_SHIFT_MS. */
const shiftMs = Number(process.env['CLOCK_SHIFT_MS'])
const now = Date.now
const RealDate = Date

Date.now = () => now() + shiftMs
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: [], newTarget: NewableFunction) =>
    Reflect.construct(target, args.length === 0 ? [now() + shiftMs] : args, newTarget) as object,
})
