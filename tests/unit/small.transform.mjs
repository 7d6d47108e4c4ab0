import { Transform } from "assemblyscript/transform";

export default class extends Transform {
  afterParse(parser) {
    parser.program.options.shrinkLevelHint = 2;
  }
}
