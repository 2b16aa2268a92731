/** Versions of firmware: three numbers with dots between. */

export function isOlder(version: string, floor: string): boolean {
  const [numbers, least] = [version, floor].map((text) => text.split(".").map(Number));
  const difference = least
    ?.map((number, index) => (numbers?.[index] ?? 0) - number)
    .find((each) => each !== 0);
  return (difference ?? 0) < 0;
}
