/** All payment providers. To add one, add its folder and one line here. */
export { notchpay } from './notchpay/index.ts'
export { wooshpay } from './wooshpay/index.ts'
