/** Names of time zones, by their form and their region: the places themselves are not listed here. */

/** One part of a name: https://data.iana.org/time-zones/theory.html#naming, and older names with digits. */
const PART = /^[A-Za-z._0-9+-]{1,14}$/
const REGIONS = ['Africa', 'America', 'Antarctica', 'Arctic', 'Asia', 'Atlantic', 'Australia', 'Brazil', 'Canada']
const MORE_REGIONS = ['Chile', 'Etc', 'Europe', 'Indian', 'Mexico', 'Pacific', 'US']
/** Names without a region. */
const ALONE =
  'CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran ' +
  'Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC ROK ' +
  'Singapore Turkey UCT UTC Universal W-SU WET Zulu'

/** What is wrong with a name; undefined when nothing is. Mirrors validateTimeZone of pkg/apis/batch/validation. */
export function timeZoneError(name: string): string | undefined {
  if (name === '') return 'timeZone must be nil or non-empty string'
  const [region = '', ...places] = name.split('/')
  const isWellFormed = [region, ...places].every((part) => PART.test(part) && !/^(?:-|\.\.?$)/.test(part))
  if (isWellFormed && name.toLowerCase() === 'local') {
    return 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'
  }
  const isKnown = places.length > 0 ? [...REGIONS, ...MORE_REGIONS].includes(region) : ALONE.split(' ').includes(region)
  return isWellFormed && isKnown ? undefined : `unknown time zone ${name}`
}
