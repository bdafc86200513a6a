// Guarantee: every page of the console reads and works on the narrowest phone in dark colours.
import { testEveryScene } from './console-sound.ts'

testEveryScene(360, 'dark')
