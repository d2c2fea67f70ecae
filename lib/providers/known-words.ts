/** What a provider's documentation says of its errors. The same for every customer, so it may be logged. */
export type ErrorWords = {
  /** Whole messages, without the final period. `{field}` is one of `fields`, `{n}` a number of at most three digits. */
  readonly sentences: readonly string[]
  /** The fields of its requests, and the parameters of its paths and lists. */
  readonly fields: readonly string[]
  /** The values of `type` in its errors. */
  readonly types: readonly string[]
}

/** What may be repeated of one provider's errors (see `repeat-error.ts`). */
export type KnownWords = {
  /** Matches a documented sentence as a whole. */
  readonly documented: RegExp
  readonly fields: ReadonlySet<string>
  readonly types: ReadonlySet<string>
  /** Common words. No single letters, because a name may arrive split into letters. */
  readonly plain: ReadonlySet<string>
}

/** The words of a provider's errors, with those that any API may use. */
export function knownWords({ sentences, fields, types }: ErrorWords): KnownWords {
  const all = [...sentences, ...reasonPhrases]
  const patterns = all.map((sentence) =>
    sentence
      .replace(/[()]/g, '\\$&')
      .replaceAll('{field}', `(?:${fields.join('|')})`)
      .replaceAll('{n}', '\\d{1,3}'),
  )
  return {
    documented: new RegExp(`^(?:${patterns.join('|')})[.:;!?]*$`, 'i'),
    fields: new Set(fields),
    types: new Set(types),
    plain: new Set([
      ...plainWords,
      ...(all
        .join(' ')
        .toLowerCase()
        .match(/[a-z]{2,}/g) ?? []),
    ]),
  }
}

/** HTTP's reason phrases. */
const reasonPhrases: readonly string[] = [
  'Bad Request',
  'Unauthorized',
  'Payment Required',
  'Forbidden',
  'Method Not Allowed',
  'Not Acceptable',
  'Request Timeout',
  'Conflict',
  'Payload Too Large',
  'Too Many Requests',
  'Internal Server Error',
  'Bad Gateway',
  'Service Unavailable',
  'Gateway Timeout',
]

/** Common words in error messages. */
const plainWords: readonly string[] =
  `about above accept accepted access according account accounts action active address addresses after again
  all allow allowed already also an and another any api application are argument arguments array as at
  attempt attribute authenticated authentication authorization authorized available bad be because been
  before being belong belongs below between billing blank blocked body boolean both busy but by call calls
  can cannot can't card change changed character characters charge check city client closed code common
  company complete completed configured conflict conflicts connect connection contact contain contains
  content correct could country create created creation credentials currency current customer customers data
  database date day days deleted denied deprecated description did didn't different digit digits disabled do
  document does doesn't don't down due duplicate duplicated during each either email e-mail empty enabled
  encoding encountered end ended endpoint enough enter entity entry environment error errors exceed exceeded
  exceeds exist existing exists expected expired expires failed failure few field fields filled find first
  following for forbidden format found from gateway get given gone greater had has have header headers hour
  hours http id idempotency identifier if in inactive incorrect input instead integer internal into invalid
  is isn't it item items its json just kept key keys known large later latest least length less letter
  letters limit limited line list live locale locked long longer lower maintenance make malformed many match
  matches maximum may maybe merchant message metadata method mime minimum minute minutes missing mobile mode
  moment more most must name names near need needed needs network never new next no nor not null number
  numbers numeric object objects occurred of off old on once one only operation optional or other our out
  outside over overloaded page parameter parameters parse parsed parsing path payload payment payments
  pending per perform permanently permission permissions phone please post postal prefix present previous
  problem process processed processing property provide provided public query quota rate reached read reason
  receive received record reference refused region registered reject rejected remove removed repeat request
  requested requests require required requires reset resource response result results retrieve retry
  retrying route same schema search second seconds secret see send sent server servers service services
  session set several shipping short shorter should similar since size slow slowly some something soon
  special specified start started state status still stop stopped string such supplied support supported
  suspended syntax system taken temporarily temporary test text than that the their then there these they
  this those time timeout times to token too trouble try twice two type unable unacceptable unauthorized
  unavailable under unexpected unique unknown unprocessable unreachable unreadable unrecognized unsupported
  until unverified up update updated upper url use used user using valid validate validated validation value
  values verified verify version via wait waiting was wasn't way we webhook went were what when whether
  which while who whose will with within without words would wrong yet you your`.split(/\s+/)

/** Allowed in capitals anywhere in a sentence. */
export const acronyms: ReadonlySet<string> = new Set(['API', 'HTTP', 'ID', 'JSON', 'URL'])
