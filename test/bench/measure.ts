/** A way of doing the same thing as others. */
export interface Contender {
  readonly name: string;
  readonly run: () => unknown;
}

/** How much is measured: a short run only proves that the benchmark works. */
export interface Effort {
  readonly rounds: number;
  /** Milliseconds that one contender may take in one round. */
  readonly roundMs: number;
}

/** Microseconds of one run: by the clock, and of this process's processor time, which other programs do not disturb. */
interface Sample {
  readonly wallMicros: number;
  readonly cpuMicros: number;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

async function sample({ run }: Contender, times: number): Promise<Sample> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  for (let index = 0; index < times; index += 1) await run();
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMicros: (wallMs * 1000) / times, cpuMicros: (user + system) / times };
}

/** How often a contender runs in one round, found out by running it, which also warms it up. */
async function timesOf(contender: Contender, { roundMs }: Effort): Promise<number> {
  let times = 1;
  let micros = 0;
  for (let spentMs = 0; spentMs < roundMs * 3; spentMs += (micros * times) / 1000) {
    if ((micros * times) / 1000 < roundMs / 2) times *= 2;
    micros = (await sample(contender, times)).wallMicros;
  }
  return Math.max(1, Math.round((roundMs * 1000) / Math.max(micros, 0.01)));
}

/**
 * Runs contenders in turn, round after round, so that whatever slows the machine down slows all of them, and prints a
 * row for each: medians of one run, and the medians of the rounds' ratios to the first contender.
 */
export async function compare(
  title: string,
  contenders: readonly Contender[],
  effort: Effort,
): Promise<readonly Measured[]> {
  const entries: { readonly contender: Contender; readonly times: number; readonly samples: Sample[] }[] = [];
  for (const contender of contenders)
    entries.push({ contender, times: await timesOf(contender, effort), samples: [] });
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const { contender, times, samples } of entries) samples.push(await sample(contender, times));
  }
  const base = entries[0]?.samples ?? [];
  const row = (samples: readonly Sample[], kind: keyof Sample) => ({
    micros: rounded(median(samples.map((one) => one[kind])), 10),
    ratio: rounded(median(samples.map((one, round) => one[kind] / (base[round]?.[kind] ?? Number.NaN))), 100),
  });
  const table = entries.map(({ contender, samples }) => {
    const [wall, cpu] = [row(samples, 'wallMicros'), row(samples, 'cpuMicros')];
    return [
      contender.name,
      { 'wall µs': wall.micros, 'wall ratio': wall.ratio, 'cpu µs': cpu.micros, 'cpu ratio': cpu.ratio },
    ];
  });
  console.log(`\n${title}`);
  console.table(Object.fromEntries(table));
  return entries.map(({ samples }) => ({
    wallMicros: row(samples, 'wallMicros').micros,
    cpuMicros: row(samples, 'cpuMicros').micros,
    wallRatio: row(samples, 'wallMicros').ratio,
    cpuRatio: row(samples, 'cpuMicros').ratio,
  }));
}

/** What came of one contender: medians of one run, and of its ratios to the first contender. */
export interface Measured extends Sample {
  readonly wallRatio: number;
  readonly cpuRatio: number;
}

/** Says whether a ratio is as low as it should be. */
export function aim(what: string, ratio: number, atMost: number): void {
  const verdict = ratio <= atMost ? 'met' : 'not met';
  console.log(`${what}: ${rounded(ratio, 100)} x, aim at most ${atMost} x: ${verdict}`);
}

function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
