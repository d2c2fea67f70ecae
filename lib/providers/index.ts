/** Every payment provider there is. A provider is added by its folder and one line here. */
export { notchpay } from './notchpay/index.ts'
export { wooshpay } from './wooshpay/index.ts'
