export const agentEn = {
  title: 'Your tasks',
  none: 'No legs are assigned to you',
  none_text: 'When a payment desk assigns a controlled-probe leg to you, it stands here with its due time and what the photo must show.',
  only_yours: 'You see only what is assigned to you. Whether a proof is good is judged by the desk.',
  language: 'Language',
} as const
export const agentZh = {
  title: '您的任务',
  none: '目前没有分配给您的任务',
  none_text: '业务台把小额测试付款的结算环节分配给您后，任务会显示在这里，并写明截止时间和照片必须显示的内容。',
  only_yours: '您只能看到分配给您的任务。凭证是否合格由业务台判断。',
  language: '语言',
} as const satisfies Record<keyof typeof agentEn, string>
