import { describeCustomerLinks } from '../contracts/customer-links.ts'
import { fakeLinks } from './links.ts'

describeCustomerLinks('the fake table', async () => fakeLinks())
