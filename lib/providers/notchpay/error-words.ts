import type { ErrorWords } from '../known-words.ts'

/** The errors of Notch Pay (https://developer.notchpay.co, "Errors", "Authentication" and the API reference). */
export const errorWords: ErrorWords = {
  sentences: [
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
  ],
  fields:
    `address address_line1 address_line2 billing city company company_name country currency customer data description
    email id limit metadata name page phone postal_code search state`.split(/\s+/),
  types: [],
}
