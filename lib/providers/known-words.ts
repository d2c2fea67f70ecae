/**
 * Sentences, names and words of provider errors that may be repeated (see `repeat-error.ts`), because they are the
 * same for every customer.
 */

/**
 * Sentences from vendor documentation, without the final period. `{field}` is one of `fieldNames`, `{n}` a number of
 * at most three digits.
 */
export const documentedSentences: readonly string[] = [
  // Notch Pay: https://developer.notchpay.co, "Errors", "Authentication" and the API reference.
  'Invalid request parameters',
  'Invalid JSON payload',
  'API key is missing',
  'Invalid API key',
  'Invalid grant key',
  'This endpoint requires additional authentication',
  'Not found',
  'Customer not found',
  'Resource not found',
  'Sync account not found',
  'A payment with this reference already exists',
  'Validation failed',
  'Unprocessable Entity',
  'Unprocessable Content',
  'Rate limit exceeded',
  'Try again in {n} seconds',
  'An unexpected error occurred',
  'The {field} field is required when {field} is not present',
  // Laravel's validation messages. That Notch Pay's backend uses Laravel is a guess.
  'The given data was invalid',
  'The {field} field is required',
  'The {field} field is invalid',
  'The {field} is invalid',
  'The selected {field} is invalid',
  'The {field} format is invalid',
  'The {field} field format is invalid',
  'The {field} has already been taken',
  'The {field} must be a string',
  'The {field} field must be a string',
  'The {field} must be a valid email address',
  'The {field} field must be a valid email address',
  'The {field} may not be greater than {n} characters',
  'The {field} must not be greater than {n} characters',
  'The {field} field must not be greater than {n} characters',
  'The {field} must be at least {n} characters',
  'The {field} field must be at least {n} characters',
  '(and {n} more error)',
  '(and {n} more errors)',
  // WooshPay: https://docs.wooshpay.com, "API Introduction". Its error messages are not documented; that they are worded
  // like Stripe's is a guess.
  'No valid API key provided',
  'No such customer',
  // HTTP's reason phrases.
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

/** The fields of both providers' requests, and the parameters of their paths and lists. */
export const fieldNames: ReadonlySet<string> = new Set(
  `address address_line1 address_line2 billing city company company_name country currency customer data description
  email id limit line1 line2 metadata name page payment_method phone postal_code search shipping state`.split(
    /\s+/,
  ),
)

/** WooshPay's error types (https://docs.wooshpay.com, "API Introduction"), and Stripe's. */
export const errorTypes: ReadonlySet<string> = new Set([
  'api_error',
  'card_error',
  'idempotency_error',
  'invalid_request_error',
  'authentication_error',
  'permission_error',
  'rate_limit_error',
])

/** Common words in error messages. No single letters, because a name may arrive split into letters. */
export const plainWords: ReadonlySet<string> = new Set(
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
  which while who whose will with within without words would wrong yet you your`
    .split(/\s+/)
    .concat(
      documentedSentences
        .join(' ')
        .toLowerCase()
        .match(/[a-z]{2,}/g) ?? [],
    ),
)

/** Allowed in capitals anywhere in a sentence. */
export const acronyms: ReadonlySet<string> = new Set(['API', 'HTTP', 'ID', 'JSON', 'URL'])
