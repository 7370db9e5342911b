// The grammar: marked tokens in (mark-names.ts), concrete syntax tree out. Line ends mean nothing to it.
// The commas of lists are optional here, and missing-commas.ts asks for them afterwards: so a forgotten comma costs one clear message and
// nothing of what follows.
// Long because Chevrotain wants every rule in one class.
import { CstParser, EOF, type CstElement, type CstNode, type IOrAlt, type IToken, type TokenType } from 'chevrotain';
import { messages } from './messages.ts';
import * as t from './tokens.ts';

type Alternatives = IOrAlt<unknown>[];

interface OpenNode {
  readonly name: string;
  children: Record<string, CstElement[]>;
  readonly location: Place;
}

interface Place {
  startOffset: number | undefined;
  endOffset: number | undefined;
}

/** The rules whose nodes mean something by themselves. */
const wholes: ReadonlySet<string> = new Set([
  ...['importDefinition', 'stageDefinition', 'pipelineDefinition', 'profileDefinition', 'publishedDefinition'],
  'statement',
]);

/** Chevrotain parser of a whole file; recovers from errors, so a tree comes out of any input. */
export class PipeParser extends CstParser {
  constructor(options: { readonly validate: boolean }) {
    super(t.tokens, {
      recoveryEnabled: true,
      nodeLocationTracking: 'onlyOffset',
      maxLookahead: 2,
      errorMessageProvider: messages,
      skipValidations: !options.validate,
    });
    this.performSelfAnalysis();
  }

  // The alternatives of the commonest rules are made once: a rule that writes them out makes a function for each at every visit.
  #operands: Alternatives | undefined;
  #signs: Alternatives | undefined;
  #suffixes: Alternatives | undefined;
  #expressions: Alternatives | undefined;
  #statements: Alternatives | undefined;

  /**
   * In place of Chevrotain's own, which gives the children no prototype, so that V8 keeps each as a hash table, and starts places as NaN, so
   * that every offset is a number on the heap: with this, a tree takes about half the time and memory. Nothing depends on it.
   */
  protected cstInvocationStateUpdate(name: string): void {
    const node: OpenNode = { name, children: {}, location: { startOffset: undefined, endOffset: undefined } };
    this.#openNodes.push(node);
  }

  /**
   * In place of Chevrotain's own, which wants the end of a token from the lexer: with offsets of starts alone a text is lexed in half of the
   * time. A token that recovery supplies has no place, NaN.
   */
  protected cstPostTerminal(kind: string, token: IToken): void {
    const start = token.startOffset;
    this.#addChild(kind, token, start >= 0 ? start : undefined, start + token.image.length - 1);
  }

  /** Called with each statement and definition as soon as it is whole; one for which it answers true loses its children. */
  whenWhole: ((node: CstNode) => boolean) | undefined;

  protected cstPostNonTerminal(node: CstNode, rule: string): void {
    if (this.whenWhole !== undefined && wholes.has(rule) && this.whenWhole(node)) (node as OpenNode).children = {};
    const { startOffset, endOffset } = node.location as Place;
    this.#addChild(rule, node, startOffset, endOffset);
  }

  /** A child without a place, which recovery may give, leaves that of its parent. */
  #addChild(kind: string, child: CstElement, start: number | undefined, end: number | undefined): void {
    const { children, location } = this.#openNodes.at(-1)!;
    const others = children[kind];
    if (others === undefined) children[kind] = [child];
    else others.push(child);
    if (start === undefined) return;
    location.startOffset ??= start;
    location.endOffset = end;
  }

  /** Chevrotain's stack of the nodes that are being made. */
  get #openNodes(): OpenNode[] {
    return (this as unknown as { readonly CST_STACK: OpenNode[] }).CST_STACK;
  }

  readonly file = this.RULE('file', () => {
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.importDefinition) },
        { ALT: () => this.SUBRULE(this.stageDefinition) },
        { ALT: () => this.SUBRULE(this.pipelineDefinition) },
        { ALT: () => this.SUBRULE(this.profileDefinition) },
        { ALT: () => this.SUBRULE(this.publishedDefinition) },
      ]);
    });
  });

  /** Entry for `--set name=value` and for what stands in the braces of a string. */
  readonly loneExpression = this.RULE('loneExpression', () => {
    this.SUBRULE(this.expression);
  });

  readonly importDefinition = this.RULE('importDefinition', () => {
    this.CONSUME(t.Import);
    this.CONSUME(t.LeftBrace);
    this.SUBRULE(this.nameList);
    this.CONSUME(t.RightBrace);
    this.CONSUME(t.From);
    this.CONSUME(t.Text);
  });

  readonly nameList = this.RULE('nameList', () => {
    this.AT_LEAST_ONE(() => {
      this.CONSUME(t.Identifier);
      this.OPTION(() => this.CONSUME(t.Comma));
    });
  });

  readonly dimensionVariables = this.RULE('dimensionVariables', () => {
    this.AT_LEAST_ONE(() => {
      this.SUBRULE(this.dimensionVariable);
      this.OPTION(() => this.CONSUME(t.Comma));
    });
  });

  readonly dimensionVariable = this.RULE('dimensionVariable', () => {
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.CONSUME(t.Plus));
  });

  readonly stageDefinition = this.RULE('stageDefinition', () => {
    this.CONSUME(t.Stage);
    this.CONSUME(t.Identifier);
    this.OPTION(() => {
      this.CONSUME(t.Less);
      this.SUBRULE(this.dimensionVariables);
      this.CONSUME(t.Greater);
    });
    this.SUBRULE(this.parameters);
    this.CONSUME(t.Arrow);
    this.SUBRULE(this.results);
    this.MANY(() => this.SUBRULE(this.annotation));
    this.OPTION2(() => {
      this.OR([{ ALT: () => this.SUBRULE(this.block) }, { ALT: () => this.SUBRULE(this.implementation) }]);
    });
  });

  readonly implementation = this.RULE('implementation', () => {
    this.OR([{ ALT: () => this.CONSUME(t.ByCommand) }, { ALT: () => this.CONSUME(t.ByModule) }]);
    this.CONSUME(t.Text);
    this.OPTION(() => {
      this.CONSUME(t.Reads);
      this.CONSUME2(t.Text);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.CONSUME3(t.Text);
      });
    });
  });

  readonly pipelineDefinition = this.RULE('pipelineDefinition', () => {
    this.CONSUME(t.Pipeline);
    this.CONSUME(t.Identifier);
    this.SUBRULE(this.parameters);
    this.SUBRULE(this.block);
  });

  readonly profileDefinition = this.RULE('profileDefinition', () => {
    this.CONSUME(t.Profile);
    this.CONSUME(t.Identifier);
    this.CONSUME(t.For);
    this.CONSUME2(t.Identifier);
    this.SUBRULE(this.record);
  });

  readonly publishedDefinition = this.RULE('publishedDefinition', () => {
    this.CONSUME(t.Published);
    this.CONSUME(t.Text);
    this.CONSUME(t.For);
    this.CONSUME(t.Identifier);
    this.OPTION(() => {
      this.CONSUME(t.Under);
      this.CONSUME2(t.Identifier);
    });
    this.SUBRULE(this.targets);
  });

  readonly targets = this.RULE('targets', () => {
    this.CONSUME(t.LeftBrace);
    this.MANY(() => {
      this.SUBRULE(this.target);
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.CONSUME(t.RightBrace);
  });

  /** `table["cIDFD"]["ACC"]: 0.83 within 0.05`. */
  readonly target = this.RULE('target', () => {
    this.CONSUME(t.Label);
    this.MANY(() => this.SUBRULE(this.targetPart));
    this.CONSUME(t.Colon);
    this.SUBRULE(this.figure);
    this.OR([
      { ALT: () => this.CONSUME(t.Within) },
      { ALT: () => this.CONSUME(t.NotBelow) },
      { ALT: () => this.CONSUME(t.NotAbove) },
    ]);
    this.SUBRULE2(this.figure);
  });

  readonly targetPart = this.RULE('targetPart', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Dot);
          this.CONSUME(t.Identifier);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.LeftBracket);
          this.OR2([{ ALT: () => this.CONSUME(t.Number) }, { ALT: () => this.CONSUME(t.Text) }]);
          this.CONSUME(t.RightBracket);
        },
      },
    ]);
  });

  readonly figure = this.RULE('figure', () => {
    this.OPTION(() => this.CONSUME(t.Minus));
    this.CONSUME(t.Number);
  });

  readonly parameters = this.RULE('parameters', () => {
    this.CONSUME(t.LeftParenthesis);
    this.MANY(() => {
      this.SUBRULE(this.parameter);
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.CONSUME(t.RightParenthesis);
  });

  readonly parameter = this.RULE('parameter', () => {
    this.CONSUME(t.Label);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.type);
    this.OPTION(() => {
      this.CONSUME(t.Equals);
      this.SUBRULE(this.expression);
    });
  });

  readonly results = this.RULE('results', () => {
    this.CONSUME(t.LeftBrace);
    this.AT_LEAST_ONE(() => {
      this.SUBRULE(this.result);
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.CONSUME(t.RightBrace);
  });

  readonly result = this.RULE('result', () => {
    this.CONSUME(t.Label);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.type);
  });

  readonly type = this.RULE('type', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.listType) },
      { ALT: () => this.SUBRULE(this.enumeration) },
      { ALT: () => this.SUBRULE(this.stageType) },
      { ALT: () => this.SUBRULE(this.namedType) },
    ]);
    this.OPTION(() => this.SUBRULE(this.refinement));
    this.OPTION2(() => this.CONSUME(t.Question));
  });

  readonly listType = this.RULE('listType', () => {
    this.CONSUME(t.LeftBracket);
    this.SUBRULE(this.type);
    this.CONSUME(t.RightBracket);
    this.OPTION({
      GATE: () => !this.beginsRange(),
      DEF: () => {
        this.CONSUME(t.Less);
        this.SUBRULE(this.dimension);
        this.CONSUME(t.Greater);
      },
    });
  });

  /** `stage<N, D>(features: Features<N, D>, seed: Int) -> { clusters: Clusters<N> }`. */
  readonly stageType = this.RULE('stageType', () => {
    this.CONSUME(t.StageOf);
    this.OPTION(() => {
      this.CONSUME(t.Less);
      this.SUBRULE(this.dimensionVariables);
      this.CONSUME(t.Greater);
    });
    this.SUBRULE(this.takes);
    this.CONSUME(t.Arrow);
    this.SUBRULE(this.results);
  });

  /** What a stage of a type is given. It has no defaults: those are the stage's own. */
  readonly takes = this.RULE('takes', () => {
    this.CONSUME(t.LeftParenthesis);
    this.MANY(() => {
      this.SUBRULE(this.result);
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.CONSUME(t.RightParenthesis);
  });

  readonly enumeration = this.RULE('enumeration', () => {
    this.CONSUME(t.OneOf);
    this.CONSUME(t.Text);
    this.MANY({
      // A comma may also end the parameter or the result that this is the type of.
      GATE: () => ![t.Label, t.RightParenthesis, t.RightBrace].includes(this.LA(2).tokenType),
      DEF: () => {
        this.CONSUME(t.Comma);
        this.CONSUME2(t.Text);
      },
    });
  });

  readonly namedType = this.RULE('namedType', () => {
    this.CONSUME(t.Identifier);
    this.OPTION({
      GATE: () => !this.beginsRange(),
      DEF: () => {
        this.CONSUME(t.Less);
        this.SUBRULE(this.dimension);
        this.MANY(() => {
          this.CONSUME(t.Comma);
          this.SUBRULE2(this.dimension);
        });
        this.CONSUME(t.Greater);
      },
    });
  });

  readonly dimension = this.RULE('dimension', () => {
    this.SUBRULE(this.dimensionProduct);
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Plus) }, { ALT: () => this.CONSUME(t.Minus) }]);
      this.SUBRULE2(this.dimensionProduct);
    });
  });

  readonly dimensionProduct = this.RULE('dimensionProduct', () => {
    this.SUBRULE(this.dimensionAtom);
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Times) }, { ALT: () => this.CONSUME(t.Divide) }]);
      this.SUBRULE2(this.dimensionAtom);
    });
  });

  readonly dimensionAtom = this.RULE('dimensionAtom', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Number) },
      { ALT: () => this.CONSUME(t.Identifier) },
      {
        ALT: () => {
          this.CONSUME(t.LeftParenthesis);
          this.SUBRULE(this.dimension);
          this.CONSUME(t.RightParenthesis);
        },
      },
    ]);
  });

  readonly refinement = this.RULE('refinement', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.In);
          this.SUBRULE(this.bound);
          this.CONSUME(t.Range);
          this.SUBRULE2(this.bound);
        },
      },
      {
        ALT: () => {
          this.OR2([
            { ALT: () => this.CONSUME(t.Greater) },
            { ALT: () => this.CONSUME(t.AtLeast) },
            { ALT: () => this.CONSUME(t.Less) },
            { ALT: () => this.CONSUME(t.AtMost) },
          ]);
          this.SUBRULE3(this.bound);
        },
      },
    ]);
  });

  readonly bound = this.RULE('bound', () => {
    this.OPTION(() => this.CONSUME(t.Minus));
    this.OR([{ ALT: () => this.CONSUME(t.Number) }, { ALT: () => this.CONSUME(t.Quantity) }]);
  });

  readonly block = this.RULE('block', () => {
    this.CONSUME(t.LeftBrace);
    this.MANY(() => this.SUBRULE(this.statement));
    this.CONSUME(t.RightBrace);
  });

  readonly statement = this.RULE('statement', () => {
    this.MANY(() => this.SUBRULE(this.annotation));
    this.OR(
      (this.#statements ??= [
        { ALT: () => this.SUBRULE(this.outputStatement) },
        { ALT: () => this.SUBRULE(this.yieldStatement) },
        { ALT: () => this.SUBRULE(this.binding) },
      ]),
    );
  });

  readonly binding = this.RULE('binding', () => {
    this.CONSUME(t.BindingName);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  readonly outputStatement = this.RULE('outputStatement', () => {
    this.CONSUME(t.Output);
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  readonly yieldStatement = this.RULE('yieldStatement', () => {
    this.CONSUME(t.Yield);
    this.SUBRULE(this.expression);
  });

  readonly annotation = this.RULE('annotation', () => {
    this.CONSUME(t.At);
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.callArguments));
  });

  readonly callArguments = this.RULE('callArguments', () => {
    this.CONSUME(t.LeftParenthesis);
    this.MANY(() => {
      this.SUBRULE(this.argument);
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.CONSUME(t.RightParenthesis);
  });

  readonly argument = this.RULE('argument', () => {
    this.OPTION(() => {
      this.CONSUME(t.Label);
      this.CONSUME(t.Colon);
    });
    this.SUBRULE(this.expression);
  });

  /** Operands with signs between, as they stand; which sign binds tighter, src/syntax knows. A rule a level would make six nodes of every name. */
  readonly expression = this.RULE('expression', () => {
    this.OR(
      (this.#expressions ??= [
        { ALT: () => this.SUBRULE(this.forExpression) },
        {
          ALT: () => {
            this.SUBRULE(this.operand);
            this.MANY(() => {
              this.OR2(
                (this.#signs ??= [
                  { ALT: () => this.CONSUME(t.Fallback) },
                  { ALT: () => this.CONSUME(t.Plus) },
                  { ALT: () => this.CONSUME(t.Minus) },
                  { ALT: () => this.CONSUME(t.Times) },
                  { ALT: () => this.CONSUME(t.Divide) },
                  { ALT: () => this.CONSUME(t.Remainder) },
                ]),
              );
              this.SUBRULE2(this.operand);
            });
          },
        },
      ]),
    );
  });

  readonly forExpression = this.RULE('forExpression', () => {
    this.CONSUME(t.For);
    this.CONSUME(t.Identifier);
    this.CONSUME(t.In);
    this.SUBRULE(this.expression);
    this.SUBRULE(this.block);
  });

  /** A value with the signs before it and what is asked of it: `-learned.features[0]`. */
  readonly operand = this.RULE('operand', () => {
    this.MANY(() => this.CONSUME(t.Minus));
    this.OR(
      (this.#operands ??= [
        { ALT: () => this.CONSUME(t.Quantity) },
        { ALT: () => this.CONSUME(t.Number) },
        { ALT: () => this.CONSUME(t.Text) },
        { ALT: () => this.CONSUME(t.True) },
        { ALT: () => this.CONSUME(t.False) },
        { ALT: () => this.CONSUME(t.None) },
        { ALT: () => this.CONSUME(t.Identifier) },
        { ALT: () => this.SUBRULE(this.list) },
        { ALT: () => this.SUBRULE(this.record) },
        { ALT: () => this.SUBRULE(this.parenthesised) },
      ]),
    );
    this.MANY2(() => this.SUBRULE(this.suffix));
  });

  readonly suffix = this.RULE('suffix', () => {
    this.OR(
      (this.#suffixes ??= [
        {
          ALT: () => {
            this.CONSUME(t.Dot);
            this.CONSUME(t.Identifier);
          },
        },
        { ALT: () => this.SUBRULE(this.callArguments) },
        {
          ALT: () => {
            this.CONSUME(t.With);
            this.SUBRULE(this.record);
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.LeftBracket);
            this.SUBRULE(this.expression);
            this.CONSUME(t.RightBracket);
          },
        },
      ]),
    );
  });

  readonly list = this.RULE('list', () => {
    this.CONSUME(t.LeftBracket);
    this.MANY(() => {
      this.SUBRULE(this.expression);
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.CONSUME(t.RightBracket);
  });

  readonly record = this.RULE('record', () => {
    this.CONSUME(t.LeftBrace);
    this.MANY(() => {
      this.SUBRULE(this.field);
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.CONSUME(t.RightBrace);
  });

  readonly field = this.RULE('field', () => {
    this.CONSUME(t.Label);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.expression);
  });

  readonly parenthesised = this.RULE('parenthesised', () => {
    this.CONSUME(t.LeftParenthesis);
    this.SUBRULE(this.expression);
    this.CONSUME(t.RightParenthesis);
  });

  /** Whether the `<` that comes next begins a range, as in `Float < 1`, and no dimensions, as in `Images<1, 28, 28, 1>`. */
  private beginsRange(): boolean {
    const [first, second, third] = [2, 3, 4].map((ahead) => this.LA(ahead).tokenType) as [
      TokenType,
      TokenType,
      TokenType,
    ];
    if (first === t.Minus || first === t.Quantity) return true;
    if (first !== t.Number) return false;
    if (second === t.Comma) return [t.Label, t.RightParenthesis, t.RightBrace].includes(third);
    return [t.Equals, t.Question, t.RightParenthesis, t.RightBrace, t.RightBracket].includes(second);
  }

  /** A forgotten sign may be supplied, a forgotten name or value may not: it would be one that the user never wrote. */
  override canTokenTypeBeInsertedInRecovery(type: TokenType): boolean {
    return (
      type !== t.Identifier &&
      type !== t.BindingName &&
      type !== t.Label &&
      type !== t.Text &&
      type !== t.Number &&
      type !== EOF
    );
  }

  /** Signs that give a statement its form are not skipped over: what stands behind them would be taken for something else. */
  override canTokenTypeBeDeletedInRecovery(type: TokenType): boolean {
    return ![t.Equals, t.Colon, t.LeftParenthesis, t.LeftBracket, t.LeftBrace, t.BindingName, t.Label].includes(type);
  }
}
