import { toIsoTime } from '../iso-time.ts'

/**
 * A time of a webhook as ISO 8601 in UTC; undefined for anything else. `/Date(1506384247000-0700)/` is in milliseconds since
 * 1970 in UTC: the offset, where there is one, only names the sender's time zone.
 * https://learn.microsoft.com/dotnet/framework/wcf/feature-details/stand-alone-json-serialization
 */
export function toTime(value: unknown): string | undefined {
  const [, millis] =
    (typeof value === 'string' && /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/.exec(value)) || []
  return toIsoTime(millis === undefined ? value : Number(millis))
}
