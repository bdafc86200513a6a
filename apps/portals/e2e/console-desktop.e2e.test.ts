// Guarantee: every page of the console reads and works on a desk's screen in light colours.
import { testEveryScene } from './console-sound.ts'

testEveryScene(1440, 'light')
